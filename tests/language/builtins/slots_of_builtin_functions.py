print(print.__name__, len.__module__, print.__self__.__name__, len.__doc__.split('\n')[0], len.__qualname__, abs.__text_signature__, [].append.__qualname__)
