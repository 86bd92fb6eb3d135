s = ''
for i in range(1000): s += str(i)
print(len(s), s[:20], s[-9:], s.count('99'))
t = ''.join(chr(97 + i % 26) for i in range(10000))
print(t.index('z'), t.find('xyzabc', 100), len(t.split('m')), t[5000:5005])
