import unittest, io
class T(unittest.TestCase):
    def test_pass(self): self.assertEqual(1, 1)
    def test_fail(self): self.assertEqual([1], [2])
    def test_err(self): 1 / 0
    @unittest.skip('why')
    def test_skip(self): pass
    def test_raises(self):
        with self.assertRaisesRegex(ValueError, 'x'): raise ValueError('xyz')
    def test_sub(self):
        for i in range(2):
            with self.subTest(i=i): self.assertTrue(i < 5)
r = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(T))
print(r.testsRun, len(r.failures), len(r.errors), len(r.skipped), r.wasSuccessful())
