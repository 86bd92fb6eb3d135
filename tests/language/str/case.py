s = 'hELLO wORLD ß ǆ ŉ İ'
print(s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold())
print('ß'.upper(), 'ﬁ'.upper(), 'ΑΣ'.lower(), "they're bill's".title(), 'ǆ'.title(), 'İ'.lower() == 'i\u0307', ''.upper() == '')
