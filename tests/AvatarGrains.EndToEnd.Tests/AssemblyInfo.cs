// Most of these tests wait for real time to pass: two of them fit two cores. Those that measure in real time are in the collection "alone".
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
