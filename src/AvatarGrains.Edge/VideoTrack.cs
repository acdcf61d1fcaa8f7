using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>
/// The video half of playout: chooses the pose of each frame and when a key frame is due. A receiver forgets a key frame after 8192 frames,
/// so a fresh one goes out at the latest after <see cref="HardRefresh"/> frames, from <see cref="SoftRefresh"/> on at the first moment
/// whose pose looks like it.
/// </summary>
internal sealed class VideoTrack(uint timestampBase, IPoseSet poses, int seed) : IDisposable
{
    /// <summary>90 kHz ticks of 20 ms.</summary>
    public const int TicksPerAudioTick = 1800;

    /// <summary>Frames after which a fitting moment for a key frame is looked for.</summary>
    public const int SoftRefresh = 3000;

    /// <summary>Frames after which a mouth that is nearly closed is good enough.</summary>
    public const int FirmRefresh = 3600;

    /// <summary>Frames after which a key frame is sent whatever it looks like.</summary>
    public const int HardRefresh = 3999;

    /// <summary>
    /// Shortest time between key frames that were asked for, in microseconds; requests in flight would otherwise answer each other.
    /// </summary>
    public const long RequestInterval = 300_000;

    /// <summary>
    /// Frames of the idle loop that share a head position while the face speaks. The loop moves a head by a fraction of a pixel per frame,
    /// so that nobody sees the steps beside a moving mouth, and a view needs a quarter of the poses.
    /// </summary>
    public const int SpeakingPhaseStep = 4;

    private IdleAhead _idle = new(Math.Max(1, poses.Avatar.LoopFrames), seed);
    private IPoseSet _poses = poses;
    private FaceFrame _shown;
    private bool _keyRequested;
    private bool _keyForced = true;
    private long _lastKeyAt = long.MinValue / 2;
    private int _sinceKey;

    /// <summary>What the face does between sentences.</summary>
    public Expression Expression { get; set; }

    public ConversationPhase Mood { get; set; }

    public AvatarView View => _poses.View;

    /// <summary>Key frames sent.</summary>
    public int KeyFrames { get; private set; }

    /// <summary>The pose of a face at a moment of the avatar's idle life.</summary>
    public static PoseKey PoseOf((ushort Phase, Eyes Eyes) idle, FaceFrame face)
    {
        var (phase, eyes) = idle;
        if (face.Mouth != 0 || face.Accent != 0)
        {
            phase -= (ushort)(phase % SpeakingPhaseStep);
        }

        return new PoseKey(phase, eyes, face.Mouth, face.Expression, face.Accent);
    }

    public uint Timestamp(long tick) => timestampBase + (uint)(tick * TicksPerAudioTick);

    public void RequestKeyFrame() => _keyRequested = true;

    /// <summary>Shows another view from the next frame on, starting with its key frame. Takes the lease over and gives the old one back.</summary>
    public void Show(IPoseSet poses)
    {
        if (poses.Avatar != _poses.Avatar)
        {
            _idle = new IdleAhead(Math.Max(1, poses.Avatar.LoopFrames), seed);
        }

        _poses.Dispose();
        _poses = poses;
        _keyForced = true;
    }

    /// <summary>Sends one frame.</summary>
    /// <param name="speech">The face of the speech being played, or null when silent.</param>
    /// <param name="tick">Audio tick the frame belongs to.</param>
    /// <param name="media">Where to.</param>
    /// <param name="now">Microseconds.</param>
    public void Send(FaceFrame? speech, long tick, IMediaOut media, long now)
    {
        _shown = speech ?? Settle(_shown, 1);
        var key = KeyOf(0, _shown);
        if (KeyFrameIsDue(key, now))
        {
            if (media.SendVideo(_poses.KeyFrame.Data.Span, true, false, Timestamp(tick), now))
            {
                _keyForced = _keyRequested = false;
                _lastKeyAt = now;
                _sinceKey = 0;
                KeyFrames++;
                _idle.Rewind();
            }
        }
        else
        {
            // A set may answer with its key frame when it is the nearest pose it has: sent as such, it renews the receiver's reference.
            var pose = _poses.Get(key);
            media.SendVideo(pose.Data.Span, pose.IsKeyFrame, !pose.IsKeyFrame, Timestamp(tick), now);
            _sinceKey = pose.IsKeyFrame ? 0 : _sinceKey + 1;
            KeyFrames += pose.IsKeyFrame ? 1 : 0;
        }

        _idle.Advance(Mood);
    }

    /// <summary>Says which face a coming frame will show, so that its pose is there in time.</summary>
    /// <param name="ahead">Frames from the next one on, below <see cref="IdleAhead.Depth"/>.</param>
    /// <param name="face">The face.</param>
    public void Prepare(int ahead, FaceFrame face) => _poses.Prepare(KeyOf(ahead, face), ahead + 1);

    /// <summary>Says that a coming frame shows the face at rest.</summary>
    public void PrepareRest(int ahead) => Prepare(ahead, FaceFrame.Rest with { Expression = Expression });

    /// <summary>
    /// What a face that was shown when speech ended has become after some frames: the mouth closes over frames instead of snapping shut.
    /// </summary>
    public FaceFrame Settle(FaceFrame face, int frames)
    {
        var level = MouthTable.LevelOf(face.Mouth);
        var mouth = level > frames ? (byte)(face.Mouth - frames) : (byte)0;
        return new FaceFrame(mouth, Expression, (byte)Math.Max(0, face.Accent - frames));
    }

    public void Dispose() => _poses.Dispose();

    private PoseKey KeyOf(int ahead, FaceFrame face) => PoseOf(_idle[ahead], face);

    private bool KeyFrameIsDue(in PoseKey key, long now)
    {
        if (_keyForced || _sinceKey >= HardRefresh)
        {
            return true;
        }

        if (_keyRequested && now - _lastKeyAt >= RequestInterval)
        {
            return true;
        }

        return (_sinceKey >= SoftRefresh && key == PoseKey.Base)
            || (_sinceKey >= FirmRefresh && key is { Phase: 0, Eyes: Eyes.Open, Accent: 0 } && MouthTable.LevelOf(key.Mouth) <= 1);
    }
}
