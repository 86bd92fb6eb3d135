print(f'\x41{1}\u0042\N{DIGIT ONE}', fr'\x41{1}\N', f'\{1}' if False else f'a\tb{1}\\', f'{{{1}}}', f'{{}}', f'{1}}}{{', len(f'\0{1}'))
