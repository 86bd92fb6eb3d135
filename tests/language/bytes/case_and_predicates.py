print(b'aBc'.upper(), b'aBc'.lower(), b'ab cd'.title(), b'aB'.swapcase(), b'abc'.capitalize(), b'\xe9'.upper())
print(b'abc'.isalpha(), b'12'.isdigit(), b'a1'.isalnum(), b' \t'.isspace(), b'AB'.isupper(), b'ab'.islower(), b'Ab'.istitle(), b'a'.isascii(), b'\xff'.isascii(), b''.isascii(), b''.isalpha())
