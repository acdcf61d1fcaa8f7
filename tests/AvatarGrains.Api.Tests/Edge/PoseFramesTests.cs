using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Edge.Sinks;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>Speech as pictures.</summary>
public sealed class PoseFramesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_shows_the_face_of_its_moment()
    {
        var poses = new JpegPoses();
        var frames = new PoseFrames(poses, 1);
        await frames.AddAsync(Chunk(0, 0, 4, [1, 2], last: false), Token);
        await frames.AddAsync(Chunk(0, 2, 3, [3, 4], last: true), Token);
        await frames.AddAsync(Chunk(1, 0, 3, [5, 6], last: true), Token);

        // Seven packets and three: the second half of the fourth picture is the next sentence's, which goes on with its second face.
        Assert.Equal([1, 2, 3, 4, 6], poses.Keys(frames).Select(key => (int)key.Mouth));
    }

    [Fact]
    public async Task What_was_cut_off_is_drawn_as_far_as_it_came()
    {
        var poses = new JpegPoses();
        var frames = new PoseFrames(poses, 1);
        await frames.AddAsync(Chunk(0, 0, 4, [1, 2], last: false), Token);
        Assert.Empty(frames.Pictures);
        await frames.FinishAsync(Token);
        Assert.Equal(2, frames.Pictures.Count);
    }

    [Fact]
    public async Task The_face_at_rest_lives()
    {
        var poses = new JpegPoses();
        var frames = new PoseFrames(poses, 1);
        await frames.RestAsync(200, Token);
        var keys = poses.Keys(frames);
        Assert.Equal(200, keys.Count);
        Assert.All(keys, key => Assert.Equal(0, key.Mouth));
        Assert.Contains(keys, key => key.Eyes == Eyes.Closed);
        Assert.Equal(Enumerable.Range(0, 100), keys.Take(100).Select(key => (int)key.Phase));
    }

    private static SpeechChunk Chunk(int segment, int firstFace, int packets, byte[] mouths, bool last) => new(
        1,
        segment,
        0,
        PackedSpeech.Pack(
            [.. Enumerable.Repeat(new ReadOnlyMemory<byte>([1]), packets)],
            [.. mouths.Select(mouth => new FaceFrame(mouth, Expression.Neutral, 0))]),
        firstFace,
        last);

    /// <summary>Pictures that are the place of their key in a list.</summary>
    private sealed class JpegPoses : IPoseSet
    {
        private readonly List<PoseKey> _keys = [];

        public AvatarView View { get; } = new("ada", 512, 512);

        public AvatarInfo Avatar { get; } = new("ada", "Ada", "Listed", 100, null);

        public EncodedPose KeyFrame => throw new NotSupportedException();

        public List<PoseKey> Keys(PoseFrames frames) => [.. frames.Pictures.Select(picture => _keys[BitConverter.ToInt32(picture.Span)])];

        public EncodedPose Get(in PoseKey key) => throw new NotSupportedException();

        public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(PoseKey key, CancellationToken cancellationToken)
        {
            _keys.Add(key);
            return new(BitConverter.GetBytes(_keys.Count - 1));
        }

        public void Dispose()
        {
        }
    }
}
