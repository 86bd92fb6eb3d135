from _circ_from import w
z = 2
