import json
print(json.dumps({'a': [1, 2.5, None, True, 'é"\n'], 'b': {}}), json.loads('{"x": [1, 2e3, "\\u00e9", null, false], "n": -0.5}'), json.dumps([1, {'b': 2, 'a': 1}], indent=2, sort_keys=True), json.dumps('é', ensure_ascii=False), json.dumps({1: 2, None: 3, True: 4}), json.dumps((1,), separators=(',', ':')), json.dumps(float('nan')))
for bad in ('{', '[1,]', '{"a" 1}', '', 'nul', '"\n"', '1 2'):
    try: json.loads(bad)
    except json.JSONDecodeError as e: print(e)
for o in (object, {(): 1}, {1}):
    try: json.dumps(o)
    except TypeError as e: print(e)
print(json.dumps({1, 2}, default=sorted), json.loads('{"a": 1}', object_pairs_hook=list))
