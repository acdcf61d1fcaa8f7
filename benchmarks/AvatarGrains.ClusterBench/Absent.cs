Console.Error.WriteLine("AvatarGrains.ClusterBench: not built; build with -p:EnableCluster=true where the Orleans packages restore.");
return 1;
