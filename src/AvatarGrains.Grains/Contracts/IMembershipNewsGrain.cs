namespace AvatarGrains.Grains.Contracts;

/// <summary>Hears of changes of the membership before its silo would read them. Each silo has one; its key is the silo's hash.</summary>
[Alias("ag.IMembershipNews")]
internal interface IMembershipNewsGrain : IGrainWithIntegerKey
{
    /// <summary>Returns when the silo knows the membership of that version.</summary>
    [Alias("Read")]
    Task ReadAsync(long version);
}
