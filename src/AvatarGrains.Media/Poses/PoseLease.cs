using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Media.Poses;

/// <summary>One user's lease of a view. Poses it has returned stay valid after it is disposed.</summary>
internal sealed class PoseLease(PoseView view, PoseLibrary library) : IPoseSet
{
    private int _disposed;

    public AvatarView View => view.View;

    public AvatarInfo Avatar => view.Avatar;

    public EncodedPose KeyFrame => view.KeyFrame;

    public EncodedPose Get(in PoseKey key) => view.Get(key);

    public void Prepare(in PoseKey key, int framesAhead) => view.Prepare(key, framesAhead);

    public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(PoseKey key, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return view.GetJpegAsync(key, cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            library.Return(view.View);
        }
    }
}
