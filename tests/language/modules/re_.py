import re
m = re.match(r'(?P<y>\d+)-(\w+)', '2024-ab rest')
print(m.group(), m.groups(), m['y'], m.span(2), m.groupdict(), m.end(), re.findall(r'\d+', 'a1b22'), re.sub(r'(\w)(\d)', r'\2\1', 'a1 b2'), re.split(r'[,;]\s*', 'a, b;c'), re.search('x', 'abc'), re.fullmatch('a+', 'aaa'), [m.start() for m in re.finditer('a', 'banana')], re.sub('a', lambda m: m[0].upper(), 'banana', count=2), re.compile('(?i)AB').match('ab'), re.escape('a.b*'), re.findall(r'(a)(b)?', 'aab'), re.sub(rb'\d', b'#', b'a1'), re.match(r'(?<!x)a(?=b)', 'ab'), re.findall(r'(?m)^\w', 'a\nb'), re.match('é', 'É', re.I), re.subn('a', '', 'aab'), re.match(r'(a|ab)(?:c|bcd)$', 'abcd').groups())
for bad in ('(', '[', '*a', '(?P<1>a)', 'a{2,1}', r'\1', '(?<=a+)b', '(?P=x)'):
    try: re.compile(bad)
    except re.error as e: print(e)
