using System.Xml.Linq;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Rigs;

namespace AvatarGrains.Media.Tests.Rigs;

public sealed class ShippedRigTests
{
    public static TheoryData<string> All => ShippedRigs.All;

    [Fact]
    public void Shipped_characters_are_at_least_three()
    {
        Assert.True(ShippedRigs.Names.Length >= 3, string.Join(", ", ShippedRigs.Names));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shipped_rig_has_no_errors(string name)
    {
        Assert.Empty(RigValidator.Validate(Path.Combine(ShippedRigs.Folder, name)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shipped_rig_has_the_named_shapes_of_a_face(string name)
    {
        var ids = XDocument.Load(Path.Combine(ShippedRigs.Folder, name, RigValidator.DrawingFile))
            .Descendants().Attributes("id").Select(a => a.Value).ToHashSet();
        string[] expected =
        [
            .. RigValidator.RequiredLayers, "mouth-inner", "mouth-inside", "lip-upper", "lip-lower", "teeth-upper", "teeth-lower", "tongue",
            "eye-l-opening", "eye-r-opening", "eye-l-iris", "eye-r-iris", "brow-l", "brow-r", "target-blink", "target-jaw",
        ];
        string[] missing = [.. expected.Where(e => !ids.Contains(e) && !ids.Contains($"{e}-bar"))];
        Assert.True(missing.Length == 0, string.Join(", ", missing));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_pose_part_draws_an_opaque_picture(string name)
    {
        var rig = ShippedRigs.Get(name);
        using var renderer = ShippedRigs.Renderer(rig, 64, 64);
        var picture = new byte[64 * 64 * 4];
        foreach (var key in PoseParts(rig))
        {
            renderer.Render(key, picture);
            for (var i = 3; i < picture.Length; i += 4)
            {
                Assert.Equal(255, picture[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Expressions_eyes_and_mouths_all_look_different(string name)
    {
        var rig = ShippedRigs.Get(name);
        using var renderer = ShippedRigs.Renderer(rig, 256, 256);
        PoseKey[] keys =
        [
            .. Enum.GetValues<Expression>().Select(e => new PoseKey(0, Eyes.Open, 0, e, 0)),
            .. Enum.GetValues<Eyes>().Where(e => e != Eyes.Open).Select(e => new PoseKey(0, e, 0, Expression.Neutral, 0)),
            .. Enum.GetValues<Viseme>()
                .Where(v => v != Viseme.Sil)
                .Select(v => new PoseKey(0, Eyes.Open, MouthTable.IndexOf(v), Expression.Neutral, 0)),
            new PoseKey(0, Eyes.Open, 0, Expression.Neutral, FaceFrame.MaxAccent),
        ];
        var pictures = keys.Select(k => ShippedRigs.Draw(renderer, k)).ToArray();
        for (var a = 0; a < keys.Length; a++)
        {
            for (var b = a + 1; b < keys.Length; b++)
            {
                Assert.True(ShippedRigs.Difference(pictures[a], pictures[b]) > 0.004, $"{keys[a]} and {keys[b]} look alike");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Idle_loop_closes_without_a_jump(string name)
    {
        var rig = ShippedRigs.Get(name);
        using var renderer = ShippedRigs.Renderer(rig, 256, 256);
        var frames = Enumerable.Range(0, rig.Info.LoopFrames)
            .Select(p => ShippedRigs.Draw(renderer, new PoseKey((ushort)p, Eyes.Open, 0, Expression.Neutral, 0))).ToArray();
        var steps = Enumerable.Range(0, frames.Length - 1).Select(i => ShippedRigs.Difference(frames[i], frames[i + 1])).ToArray();
        Assert.True(ShippedRigs.Difference(frames[^1], frames[0]) <= steps.Max());
        Assert.True(steps.Max() > 0.01, "the figure breathes");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Idle_loop_stays_within_a_hundredth_of_the_view(string name)
    {
        var rig = ShippedRigs.Get(name);
        var joints = new RigJoints(rig.Manifest, rig.Signals);
        var values = new double[rig.Signals.Count];
        var height = rig.FrameFor(1).Height;
        for (var layer = 0; layer < rig.Templates.Length; layer++)
        {
            var box = rig.Boxes[layer];
            (double X, double Y)[] corners =
            [
                (box.X, box.Y), (box.X + box.Width, box.Y), (box.X + (box.Width / 2), box.Y), (box.X + (box.Width / 2), box.Y + (box.Height / 2)),
            ];
            foreach (var (x, y) in corners)
            {
                var path = Enumerable.Range(0, rig.Info.LoopFrames).Select(phase =>
                {
                    rig.Signals.Resolve(new PoseKey((ushort)phase, Eyes.Open, 0, Expression.Neutral, 0), values);
                    joints.Pose(values);
                    var m = joints.OfLayer(layer);
                    return (X: (m.Xx * x) + (m.Xy * y) + m.X0, Y: (m.Yx * x) + (m.Yy * y) + m.Y0);
                }).ToArray();
                Assert.InRange(path.Max(p => Math.Abs(p.X - path.Average(q => q.X))), 0, 0.012 * height);
                Assert.InRange(path.Max(p => Math.Abs(p.Y - path.Average(q => q.Y))), 0, 0.012 * height);
            }
        }
    }

    private static IEnumerable<PoseKey> PoseParts(Rig rig)
    {
        foreach (var expression in Enum.GetValues<Expression>())
        {
            for (byte mouth = 0; mouth < MouthTable.Count; mouth++)
            {
                yield return new PoseKey(0, Eyes.Open, mouth, expression, 0);
            }

            foreach (var eyes in Enum.GetValues<Eyes>())
            {
                for (byte accent = 0; accent <= FaceFrame.MaxAccent; accent++)
                {
                    yield return new PoseKey(0, eyes, 0, expression, accent);
                }
            }
        }

        for (var phase = 0; phase < rig.Info.LoopFrames; phase++)
        {
            yield return new PoseKey((ushort)phase, Eyes.Open, 0, Expression.Neutral, 0);
        }
    }
}
