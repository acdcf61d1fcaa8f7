namespace AvatarGrains.Testing;

/// <summary>Tests that measure the memory of the whole process, or keep a real peer in real time: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
