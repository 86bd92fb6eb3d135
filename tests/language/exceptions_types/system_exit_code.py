print(SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code, SystemExit('m').code)
