import abc
class A(abc.ABC):
    @staticmethod
    @abc.abstractmethod
    def s(): ...
    @classmethod
    @abc.abstractmethod
    def c(cls): ...
    @property
    @abc.abstractmethod
    def p(self): ...
print(A.__dict__['s'].__isabstractmethod__, A.__dict__['c'].__isabstractmethod__, A.__dict__['p'].__isabstractmethod__, property(len).__isabstractmethod__)
try: A()
except TypeError as e: print(e)
