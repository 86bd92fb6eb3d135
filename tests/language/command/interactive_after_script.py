from _run import run
run('-i', '-c', 'x = 41', stdin='print(x + 1)\n')
run('-i', '-c', '1/0', stdin='print("still here")\n')
run('-q', '-i', stdin='y = 2\ny * 3\n"text"\nNone\n_\n')
