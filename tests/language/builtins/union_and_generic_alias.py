print(int | str, int | None, type(int | str), (int | str).__args__, list[int], dict[str, list[int]], list[int].__origin__, list[int].__args__, int | str == str | int, list[int] == list[int], hash(list[int]) == hash(list[int]), isinstance(5, int | str), type(list[int]).__name__)
for f in (lambda: int | 5, lambda: isinstance(1, list[int]), lambda: int[str], lambda: 'a' | int):
    try: print(f())
    except TypeError as e: print(e)
