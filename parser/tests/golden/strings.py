"a" 'b' """c
"""
"\x41\u0042\U00000043\N{LATIN SMALL LETTER D}\101\q\
"
r"\n", rb"\n", u"u" "v"
