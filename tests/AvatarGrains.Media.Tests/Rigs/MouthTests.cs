using System.Xml.Linq;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;

namespace AvatarGrains.Media.Tests.Rigs;

/// <summary>How far mouths open, counted in pixels of the mouth's inside, which a copy of the rig paints in a colour that nothing else has.</summary>
public sealed class MouthTests : IDisposable
{
    private readonly string _copies = Directory.CreateTempSubdirectory("rigs").FullName;

    public static TheoryData<string> All => ShippedRigs.All;

    public void Dispose() => Directory.Delete(_copies, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Lips_are_closed_on_p_b_m_in_every_expression(string name)
    {
        using var renderer = MarkedRenderer(name);
        foreach (var expression in Enum.GetValues<Expression>())
        {
            var inside = Inside(renderer, MouthTable.IndexOf(Viseme.PP), expression);
            Assert.True(inside == 0, $"{expression}: {inside} pixels of the inside show");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Lips_are_closed_at_rest(string name)
    {
        using var renderer = MarkedRenderer(name);
        Assert.Equal(0, Inside(renderer, 0, Expression.Neutral));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Mouth_is_widest_open_on_a_and_well_open_in_every_expression(string name)
    {
        using var renderer = MarkedRenderer(name);
        var open = Inside(renderer, MouthTable.IndexOf(Viseme.AA), Expression.Neutral);
        Assert.True(open > 300, $"only {open} pixels");
        Assert.All(
            Enum.GetValues<Viseme>().Where(v => v != Viseme.Sil),
            v => Assert.True(Inside(renderer, MouthTable.IndexOf(v), Expression.Neutral) <= open, v.ToString()));
        Assert.All(Enum.GetValues<Expression>(), e => Assert.True(Inside(renderer, MouthTable.IndexOf(Viseme.AA), e) > 0.7 * open, e.ToString()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Mouth_opens_more_with_each_level(string name)
    {
        using var renderer = MarkedRenderer(name);
        foreach (var viseme in Enum.GetValues<Viseme>().Where(v => v is not (Viseme.Sil or Viseme.PP)))
        {
            var levels = Enumerable.Range(1, MouthTable.Levels)
                .Select(l => Inside(renderer, MouthTable.IndexOf(viseme, l), Expression.Neutral)).ToArray();
            Assert.True(levels[0] <= levels[1] && levels[1] < levels[2] && levels[2] > 0, $"{viseme}: {string.Join(", ", levels)}");
        }
    }

    private static int Inside(IPoseRenderer renderer, byte mouth, Expression expression)
    {
        var picture = ShippedRigs.Draw(renderer, new PoseKey(0, Eyes.Open, mouth, expression, 0));
        var count = 0;
        for (var i = 0; i < picture.Length; i += 4)
        {
            count += picture[i] > 200 && picture[i + 1] < 60 && picture[i + 2] > 200 ? 1 : 0;
        }

        return count;
    }

    private IPoseRenderer MarkedRenderer(string name)
    {
        ShippedRigs.Get(name);
        var folder = Directory.CreateDirectory(Path.Combine(_copies, name)).FullName;
        File.Copy(Path.Combine(ShippedRigs.Folder, name, RigValidator.ManifestFile), Path.Combine(folder, RigValidator.ManifestFile));
        var drawing = XDocument.Load(Path.Combine(ShippedRigs.Folder, name, RigValidator.DrawingFile));
        XElement Find(string id) => drawing.Descendants().Single(e => (string?)e.Attribute("id") == id);
        Find("mouth-inner").SetAttributeValue("fill", "#ff00ff");
        foreach (var child in Find("mouth-inside").Elements())
        {
            child.SetAttributeValue("visibility", "hidden");
        }

        drawing.Save(Path.Combine(folder, RigValidator.DrawingFile));
        return ShippedRigs.Renderer(Rig.Load(folder), 512, 512);
    }
}
