using System.Xml.Linq;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Tests.Rigs;

public sealed class PhotographTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("photograph").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Picture_inside_the_drawing_is_drawn_and_moves_with_its_layer()
    {
        var name = ShippedRigs.Names[0];
        ShippedRigs.Get(name);
        File.Copy(Path.Combine(ShippedRigs.Folder, name, RigValidator.ManifestFile), Path.Combine(_folder, RigValidator.ManifestFile));
        var drawing = XDocument.Load(Path.Combine(ShippedRigs.Folder, name, RigValidator.DrawingFile));
        var head = drawing.Descendants().Single(e => (string?)e.Attribute("id") == "hair-front");
        head.Add(new XElement(
            head.Name.Namespace + "image",
            new XAttribute("x", 400), new XAttribute("y", 300), new XAttribute("width", 200), new XAttribute("height", 200),
            new XAttribute("href", "data:image/png;base64," + Convert.ToBase64String(MagentaPng()))));
        drawing.Save(Path.Combine(_folder, RigValidator.DrawingFile));

        using var renderer = ShippedRigs.Renderer(Rig.Load(_folder), 256, 256);
        var still = CentreOfMagenta(ShippedRigs.Draw(renderer, PoseKey.Base));
        var nodding = CentreOfMagenta(ShippedRigs.Draw(renderer, PoseKey.Base with { Accent = FaceFrame.MaxAccent }));
        Assert.InRange(still.Count, 1500, 6000);
        Assert.True(nodding.Y > still.Y + 0.5, $"{still} → {nodding}");
    }

    private static byte[] MagentaPng()
    {
        using var surface = CairoSurface.Create(8, 8);
        using (var canvas = new CairoCanvas(surface))
        {
            canvas.Paint(new CairoColor(1, 0, 1, 1));
        }

        return surface.ToPng();
    }

    private static (int Count, double Y) CentreOfMagenta(byte[] picture)
    {
        var rows = Enumerable.Range(0, 256 * 256)
            .Where(i => picture[i * 4] > 240 && picture[(i * 4) + 1] < 15 && picture[(i * 4) + 2] > 240)
            .Select(i => i / 256).ToArray();
        return (rows.Length, rows.DefaultIfEmpty(0).Average());
    }
}
