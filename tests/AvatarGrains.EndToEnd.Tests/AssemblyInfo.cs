// A browser, a server and a recognizer in real time need the machine for themselves.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
