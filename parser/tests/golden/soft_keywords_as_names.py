match = case = type = _ = 1
match[1], type(2), case.x
match: int = 1
print(match, type)
type type = type
match * a
case (1)
