using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// Counts the sessions and the requests of a tenant. The sessions are read back from the store when it starts anew, and when there seem to
/// be too many: a silo that was lost while it made or ended one could not tell.
/// </summary>
[GrainType("tenant"), OnRole(SiloRoles.Session)]
internal sealed class TenantGrain(SessionSilo silo) : Grain, ITenantGrain
{
    /// <summary>How long a session that was counted may take to be stored, and how often the store is asked at most.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _active = [];
    private RequestBucket? _requests;
    private long _read;

    private TimeProvider Time => silo.Runtime.Services.Time;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    public async Task<bool> ReserveAsync(string session, int limit)
    {
        if (_active.Count >= limit && !_active.ContainsKey(session) && Time.GetElapsedTime(_read) >= Trust)
        {
            await ReadAsync(CancellationToken.None);
        }

        return _active.ContainsKey(session) || (_active.Count < limit && _active.TryAdd(session, Time.GetTimestamp()));
    }

    public Task ReleaseAsync(string session)
    {
        _active.Remove(session);
        return Task.CompletedTask;
    }

    public Task<TimeSpan?> TakeRequestAsync(int perMinute) => Task.FromResult((_requests ??= new RequestBucket(Time, perMinute)).Take(perMinute));

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var stored = (await silo.Runtime.Services.Store.ListActiveAsync(TenantKey.Read(this.GetPrimaryKeyString()), cancellationToken)).ToHashSet();
        _read = Time.GetTimestamp();
        foreach (var (session, since) in _active.ToArray())
        {
            if (!stored.Contains(session) && Time.GetElapsedTime(since, _read) >= Trust)
            {
                _active.Remove(session);
            }
        }

        foreach (var session in stored)
        {
            _active.TryAdd(session, _read);
        }
    }
}

/// <summary>Grain keys are not empty; the local tenant's name is.</summary>
internal static class TenantKey
{
    private const string Prefix = "t:";

    public static string Of(string tenant) => Prefix + tenant;

    public static string Read(string key) => key[Prefix.Length..];
}
