print('a start')
import _circ_b
x = 'a.x'
print('a end')
