# The terminal `tikz` of gnuplot is a Lua script of 2,500 lines.
set terminal tikz size 10,8
set title 'A plot made by a Lua script'
set xlabel 'x'
set grid
set samples 200
plot [-5:5] sin(x) title 'sine', x**2 / 25 with points title 'parabola', cos(3 * x) with filledcurves
unset xlabel
set view 60, 30
splot x**2 - y**2 with lines title 'saddle'
