from _run import run
run('-q', '-i', stdin='for i in range(2):\n    i\n\n1/0\nprint("next")\n')
run('-q', '-i', stdin='x = = 1\nprint("recovered")\n')
run('-q', '-i', stdin='raise SystemExit(5)\nprint("never")\n')
