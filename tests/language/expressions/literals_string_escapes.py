print('tab\there', 'nl\\n', 'quote\'s', "dq\"", '\x41\u0042\U00000043\103\N{LATIN SMALL LETTER A}', r'\n', 'a' 'b' "c")
print('''line one
line two\
 continued''')
print(repr('\0\a\b\f\v\r'))
