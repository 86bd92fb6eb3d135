if x:
	y

	z
