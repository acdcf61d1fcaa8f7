using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>Poses whose bytes say what they show: phase (2), eyes, mouth, expression, accent.</summary>
internal sealed class PaintedPoses(AvatarView view, int loopFrames = 100) : IPoseSet
{
    private readonly Dictionary<PoseKey, EncodedPose> _poses = [];
    private readonly HashSet<PoseKey> _foreseen = [];

    public AvatarView View => view;

    public AvatarInfo Avatar { get; } = new(view.Avatar, view.Avatar, "painted", loopFrames, null);

    public EncodedPose KeyFrame { get; } = new(PoseKey.Base, true, Paint(PoseKey.Base));

    public bool Disposed { get; private set; }

    /// <summary>Poses shown that nobody had said to be due.</summary>
    public List<PoseKey> Unforeseen { get; } = [];

    public void Prepare(in PoseKey key, int framesAhead) => _foreseen.Add(key);

    public EncodedPose Get(in PoseKey key)
    {
        if (!_foreseen.Contains(key))
        {
            Unforeseen.Add(key);
        }

        if (!_poses.TryGetValue(key, out var pose))
        {
            _poses[key] = pose = new EncodedPose(key, false, Paint(key));
        }

        return pose;
    }

    public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(PoseKey key, CancellationToken cancellationToken) => new(new byte[] { 0xFF, 0xD8 });

    public void Dispose() => Disposed = true;

    public static PoseKey Read(byte[] frame) =>
        new((ushort)((frame[0] << 8) | frame[1]), (Eyes)frame[2], frame[3], (Expression)frame[4], frame[5]);

    private static byte[] Paint(PoseKey key) =>
        [(byte)(key.Phase >> 8), (byte)key.Phase, (byte)key.Eyes, key.Mouth, (byte)key.Expression, key.Accent];
}
