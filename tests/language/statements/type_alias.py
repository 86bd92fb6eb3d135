type Int = int
type Pair[T] = tuple[T, T]
print(Int, Int.__value__, Int.__name__, Pair.__type_params__, Pair.__value__, Pair[int], type(Int).__name__)
type Rec = list[Rec]
print(Rec.__value__)
