def f(a,
      b,
      ):

    # comment

    return (a
            +
            b)


print(f(1,
        2))
if 1:
	print('tab indented')
