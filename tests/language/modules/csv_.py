import csv, io
print(list(csv.reader(['a,b', '"x, y",2', '"q""q",'])), list(csv.DictReader(['k,v', '1,2'])))
o = io.StringIO(); w = csv.writer(o); w.writerow(['a', 'b,c', 'd"e', None, 1.5]); w.writerows([[1], [2]]); print(repr(o.getvalue()))
print(list(csv.reader(['a;b'], delimiter=';')))
