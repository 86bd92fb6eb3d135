from _circ_from2 import z
w = 1
