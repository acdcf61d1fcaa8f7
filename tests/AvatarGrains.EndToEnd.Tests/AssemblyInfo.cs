// A browser, a server and a recognizer in real time want the machine for themselves.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
