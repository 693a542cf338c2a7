// SPDX-License-Identifier: MIT
// What names mean: variables, upvalues, functions. Blocks and labels are in blocks.cpp.
#include "syntax/scope.hpp"

#include <cstdio>

namespace rt {

namespace {

constexpr int max_variables = 200;  // of one function
constexpr int max_upvalues = 255;

}  // namespace

Scope::Scope(Session& session, Lexer& lexer, Emitter& emitter)
    : session_(session),
      lexer_(lexer),
      emitter_(emitter),
      variables_(session.state.heap),
      labels_(session.state.heap),
      gotos_(session.state.heap),
      environment_(session.names.find("_ENV")) {}

// --- functions ---------------------------------------------------------------------------------------------------------

void Scope::begin_chunk(FunctionDraft& draft, Block& body) {
  variables_.push({environment_, nullptr, -1, -1, 0, Attribute::regular, Value::nil()});
  environment_->binding = 0;
  begin_function(draft, body, 0);
  draft.is_vararg = true;
  add_upvalue(draft, {environment_, -1, true, 0, Attribute::regular});
}

void Scope::begin_function(FunctionDraft& draft, Block& body, int first_line) {
  emitter_.begin_function(draft, first_line);
  draft.first_variable = variables_.count();
  draft.first_label = labels_.count();
  enter(body, false);
}

Prototype* Scope::end_function() {
  leave();
  return emitter_.finish_function();
}

void Scope::check_limit(int count, int limit, const char* what) {
  if (count <= limit) return;
  char message[120];
  int line = draft().first_line;
  if (line == 0)
    std::snprintf(message, sizeof message, "too many %s (limit is %d) in main function", what, limit);
  else
    std::snprintf(message, sizeof message, "too many %s (limit is %d) in function at line %d", what, limit, line);
  lexer_.error_near_token(message);
}

// --- variables ---------------------------------------------------------------------------------------------------------

int Scope::declare(Name* name, Attribute attribute) {
  check_limit(variables_.count() + 1 - draft().first_variable, max_variables, "local variables");
  variables_.push({name, &draft(), -1, -1, 0, attribute, Value::nil()});
  return variables_.count() - 1;
}

void Scope::bind(Variable& variable, int index) {
  variable.shadowed = variable.name->binding;
  variable.name->binding = index;
  ++draft().active_variables;
}

void Scope::activate(int count) {
  for (; count > 0; --count) {
    int index = active_end();
    Variable& v = variable(index);
    v.description = session_.locals.count() - draft().local_base;
    session_.locals.push({v.name->string, emitter_.pc(), emitter_.pc()});
    v.place = static_cast<std::uint8_t>(draft().active_registers++);
    bind(v, index);
  }
}

void Scope::activate_constant(int index, const Value& value) {
  Variable& v = variable(index);
  v.attribute = Attribute::compile_time;
  v.value = value;
  bind(v, index);
}

void Scope::begin_description_here(int index) {
  auto at = static_cast<std::size_t>(draft().local_base + variable(index).description);
  session_.locals[at].start = emitter_.pc();
}

void Scope::remove_variables(std::int32_t from) {
  std::int32_t end = active_end();
  while (end > from) {
    Variable& v = variable(--end);
    v.name->binding = v.shadowed;
    --draft().active_variables;
    if (v.attribute == Attribute::compile_time) continue;
    --draft().active_registers;
    session_.locals[static_cast<std::size_t>(draft().local_base + v.description)].end = emitter_.pc();
  }
  variables_.truncate(static_cast<std::size_t>(from));
}

void Scope::mark_to_be_closed() {
  block().must_close = true;
  block().inside_to_be_closed = true;
}

// --- names -------------------------------------------------------------------------------------------------------------

Expression* Scope::resolve(Name* name) {
  if (name->binding < 0) {
    Expression* environment = resolve(environment_);
    Expression* e = session_.make(ExpressionKind::index);
    e->left = environment;
    e->right = session_.make(ExpressionKind::string);
    e->right->string = name;
    return e;
  }
  int index = name->binding;
  Variable& v = variable(index);
  if (v.attribute == Attribute::compile_time) {
    Expression* e = session_.make(ExpressionKind::nil);
    e->count = 1 + index;
    switch (v.value.tag) {
      case Tag::nil: break;
      case Tag::false_: e->kind = ExpressionKind::false_; break;
      case Tag::true_: e->kind = ExpressionKind::true_; break;
      case Tag::integer: e->kind = ExpressionKind::integer; e->integer = v.value.payload.integer; break;
      case Tag::number: e->kind = ExpressionKind::number; e->number = v.value.payload.number; break;
      default: e->kind = ExpressionKind::string; e->string = static_cast<Name*>(v.value.payload.pointer); break;
    }
    return e;
  }
  bool own = v.owner == &draft();
  int place = own ? v.place : upvalue_number(draft(), index);
  Expression* e = session_.make(own ? ExpressionKind::local : ExpressionKind::upvalue);
  e->place = place;
  e->variable = index;
  return e;
}

// The number of the upvalue of `function` that is this variable, new or known: the functions between the variable's
// owner and this one get it too.
int Scope::upvalue_number(FunctionDraft& function, int index) {
  Name* name = variable(index).name;
  if (name->upvalue_function == function.serial) return static_cast<int>(name->upvalue);
  int number = 0;
  for (std::int32_t at = function.first_upvalue; at >= 0; ++number) {
    const UpvalueDraft& upvalue = session_.upvalues[static_cast<std::size_t>(at)];
    if (upvalue.name == name) break;  // the same variable: what lies around a function does not change within it
    at = upvalue.next;
  }
  if (number == function.upvalue_count) {
    Variable& v = variable(index);
    if (v.owner == function.outer) {
      capture(v, index);
      number = add_upvalue(function, {name, -1, true, v.place, v.attribute});
    } else {
      int outer = upvalue_number(*function.outer, index);
      number = add_upvalue(function, {name, -1, false, static_cast<std::uint8_t>(outer), v.attribute});
    }
  }
  name->upvalue_function = function.serial;
  name->upvalue = static_cast<std::uint32_t>(number);
  return number;
}

int Scope::add_upvalue(FunctionDraft& function, const UpvalueDraft& upvalue) {
  FunctionDraft* current = session_.function;
  session_.function = &function;  // whose limit it is
  check_limit(function.upvalue_count + 1, max_upvalues, "upvalues");
  session_.function = current;
  std::int32_t at = session_.free_upvalue;
  if (at >= 0) {
    session_.free_upvalue = session_.upvalues[static_cast<std::size_t>(at)].next;
    session_.upvalues[static_cast<std::size_t>(at)] = upvalue;
  } else {
    at = session_.upvalues.count();
    session_.upvalues.push(upvalue);
  }
  if (function.last_upvalue >= 0)
    session_.upvalues[static_cast<std::size_t>(function.last_upvalue)].next = at;
  else
    function.first_upvalue = at;
  function.last_upvalue = at;
  return function.upvalue_count++;
}

void Scope::capture(Variable& v, int index) {
  FunctionDraft* owner = v.owner;
  if (owner == nullptr) return;
  Block* home = owner->block;
  while (home->first_variable > index) home = home->outer;
  home->must_close = true;
  owner->captures = true;
}

void Scope::check_assignable(const Expression* e) {
  const Name* name = nullptr;
  if (e->kind == ExpressionKind::local || e->kind == ExpressionKind::upvalue) {
    const Variable& v = variables_[static_cast<std::size_t>(e->variable)];
    if (v.attribute != Attribute::regular) name = v.name;
  } else if (e->is_constant()) {
    name = variable(e->count - 1).name;
  }
  if (name == nullptr) return;
  Buffer<char> message(session_.state.heap);
  auto append = [&](std::string_view text) { message.append(text.data(), text.size()); };
  append("attempt to assign to const variable '");
  append(name->text());
  append("'");
  lexer_.error_without_token({message.data(), message.size()});
}

}  // namespace rt
