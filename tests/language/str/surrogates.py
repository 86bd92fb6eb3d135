s = b'a\xffb'.decode('utf-8', 'surrogateescape')
print(ascii(s), len(s), s.encode('utf-8', 'surrogateescape'), '\ud83d\ude00'.encode('utf-16-le', 'surrogatepass'), ascii('\ud800'), '\ud800' == '\ud800', hash('\ud800') == hash('\ud800'), ascii('\ud800' + 'a' * 2))
