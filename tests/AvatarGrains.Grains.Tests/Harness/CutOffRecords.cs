using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Shared records as one silo reaches them. When it is dead nothing that it writes gets there, as if it had no time to; it does not notice, and so ends quickly.</summary>
internal sealed class CutOffRecords(ISharedRecords inner) : ISharedRecords
{
    public bool Dead { get; set; }

    public ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken) => inner.FindAsync(space, key, cancellationToken);

    public ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken) =>
        inner.ReadAsync(space, from, to, cancellationToken);

    public ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken) =>
        Dead ? new(true) : inner.ApplyAsync(space, changes, cancellationToken);
}
