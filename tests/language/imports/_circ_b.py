print('b start')
import _circ_a
print('a has x:', hasattr(_circ_a, 'x'))
y = 'b.y'
