from . import simple
from .simple import VALUE as v
from .sub import leaf
