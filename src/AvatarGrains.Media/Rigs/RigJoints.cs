using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Rigs;

/// <summary>Where the layers of a rig are for given signals. One thread at a time.</summary>
internal sealed class RigJoints
{
    private readonly Joint[] _joints;
    private readonly (int Joint, Terms X, Terms Y)[] _layers;
    private readonly CairoMatrix[] _ofJoint;
    private readonly CairoMatrix[] _ofLayer;

    public RigJoints(RigManifest manifest, RigSignals signals)
    {
        // Parents first, so that one pass poses all.
        var order = manifest.Joints.Keys.OrderBy(name => Depth(manifest, name)).ToList();
        Terms TermsOf(IReadOnlyDictionary<string, double>? map) =>
            new([.. (map ?? new Dictionary<string, double>()).Select(m => (signals.IndexOf(m.Key), m.Value))]);
        _joints =
        [
            .. order.Select(name => manifest.Joints[name]).Select(j => new Joint(
                j.PivotX, j.PivotY, j.Parent is null ? -1 : order.IndexOf(j.Parent),
                TermsOf(j.X), TermsOf(j.Y), TermsOf(j.Rotate), TermsOf(j.ScaleX), TermsOf(j.ScaleY))),
        ];
        _layers = [.. manifest.Layers.Select(l => (l.Joint is null ? -1 : order.IndexOf(l.Joint), TermsOf(l.X), TermsOf(l.Y)))];
        _ofJoint = new CairoMatrix[_joints.Length];
        _ofLayer = new CairoMatrix[_layers.Length];
    }

    /// <summary>The present map of a layer, in rig units.</summary>
    public CairoMatrix OfLayer(int layer) => _ofLayer[layer];

    public void Pose(ReadOnlySpan<double> signals)
    {
        for (var i = 0; i < _joints.Length; i++)
        {
            var joint = _joints[i];
            var matrix = CairoMatrix.Translation(-joint.PivotX, -joint.PivotY)
                .Then(CairoMatrix.Scaling(1 + joint.ScaleX.Of(signals), 1 + joint.ScaleY.Of(signals)))
                .Then(CairoMatrix.Rotation(joint.Rotate.Of(signals) * Math.PI / 180))
                .Then(CairoMatrix.Translation(joint.PivotX + joint.X.Of(signals), joint.PivotY + joint.Y.Of(signals)));
            _ofJoint[i] = joint.Parent < 0 ? matrix : matrix.Then(_ofJoint[joint.Parent]);
        }

        for (var i = 0; i < _layers.Length; i++)
        {
            var (joint, x, y) = _layers[i];
            var shift = CairoMatrix.Translation(x.Of(signals), y.Of(signals));
            _ofLayer[i] = joint < 0 ? shift : shift.Then(_ofJoint[joint]);
        }
    }

    private static int Depth(RigManifest manifest, string name)
    {
        var depth = 0;
        for (var at = manifest.Joints[name].Parent; at is not null; at = manifest.Joints[at].Parent)
        {
            depth++;
        }

        return depth;
    }

    private readonly record struct Terms((int Signal, double Factor)[] All)
    {
        public double Of(ReadOnlySpan<double> signals)
        {
            var sum = 0.0;
            foreach (var (signal, factor) in All)
            {
                sum += factor * signals[signal];
            }

            return sum;
        }
    }

    private sealed record Joint(double PivotX, double PivotY, int Parent, Terms X, Terms Y, Terms Rotate, Terms ScaleX, Terms ScaleY);
}
