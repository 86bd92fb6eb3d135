x = 1
raise ValueError('at import')
