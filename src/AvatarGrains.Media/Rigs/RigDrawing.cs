using System.Xml;
using System.Xml.Linq;
using AvatarGrains.Native.Rsvg;

namespace AvatarGrains.Media.Rigs;

/// <summary>The parsed <c>rig.svg</c>: its layers, and every attribute that a morph target changes.</summary>
internal sealed class RigDrawing
{
    /// <summary>Id of the group that holds the morph targets.</summary>
    public const string TargetsId = "targets";

    private static readonly string[] Forbidden = ["script", "foreignObject", "text", "animate", "animateTransform", "set"];

    private readonly Dictionary<string, XElement> _byId = new(StringComparer.Ordinal);

    private RigDrawing(XElement root) => Root = root;

    public XElement Root { get; }

    public SvgRectangle ViewBox { get; private set; } = new(0, 0, 1, 1);

    /// <summary>Morph targets by attribute: (element, attribute name) to the target's value per signal.</summary>
    public Dictionary<(XElement Element, XName Attribute), Dictionary<string, NumberText>> Morphs { get; } = [];

    /// <summary>Names of all morph targets.</summary>
    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    public static RigDrawing? Read(string path, List<RigError> errors)
    {
        XDocument document;
        try
        {
            using var file = File.OpenRead(path);
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true });
            document = XDocument.Load(reader);
        }
        catch (XmlException bad)
        {
            errors.Add(new RigError(path, "", $"is not well-formed XML: {bad.Message}"));
            return null;
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            errors.Add(new RigError(path, "", $"cannot be read: {bad.Message}"));
            return null;
        }

        var root = document.Root!;
        if (root.Name.LocalName != "svg")
        {
            errors.Add(new RigError(path, root.Name.LocalName, "the root element must be <svg>"));
            return null;
        }

        var drawing = new RigDrawing(root);
        drawing.ReadViewBox(path, errors);
        drawing.IndexIds(path, errors);
        drawing.CheckElements(path, errors);
        drawing.ReadTargets(path, errors);
        return drawing;
    }

    /// <summary>The top-level group with this id, or null.</summary>
    public XElement? Layer(string id) =>
        _byId.TryGetValue(id, out var element) && element.Parent == Root && element.Name.LocalName == "g" && id != TargetsId ? element : null;

    public XElement? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The morph targets of the shapes in a layer (not of the definitions it uses, which share their names).</summary>
    public HashSet<string> TargetsIn(XElement layer) =>
        [.. Morphs.Where(m => m.Key.Element.AncestorsAndSelf().Contains(layer)).SelectMany(m => m.Value.Keys)];

    private void ReadViewBox(string path, List<RigError> errors)
    {
        var text = (string?)Root.Attribute("viewBox") ?? "";
        var numbers = NumberText.Parse(text).Numbers;
        if (numbers.Length != 4 || numbers[2] <= 0 || numbers[3] <= 0)
        {
            errors.Add(new RigError(path, "viewBox", $"'{text}' must be four numbers: x y width height"));
            return;
        }

        ViewBox = new SvgRectangle(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private void IndexIds(string path, List<RigError> errors)
    {
        foreach (var element in Root.Descendants())
        {
            if ((string?)element.Attribute("id") is { } id && !_byId.TryAdd(id, element))
            {
                errors.Add(new RigError(path, id, "the id is used more than once; ids must be unique"));
            }
        }
    }

    private void CheckElements(string path, List<RigError> errors)
    {
        foreach (var element in Root.Descendants())
        {
            var id = (string?)element.Attribute("id") ?? element.Name.LocalName;
            if (Forbidden.Contains(element.Name.LocalName))
            {
                errors.Add(new RigError(path, id, $"<{element.Name.LocalName}> is not drawn by rigs; use shapes and paths"));
            }

            foreach (var attribute in element.Attributes().Where(a => a.Name.LocalName == "href"))
            {
                var value = attribute.Value.Trim();
                if (value.StartsWith('#'))
                {
                    if (!_byId.ContainsKey(value[1..]))
                    {
                        errors.Add(new RigError(path, id, $"refers to '{value}', which does not exist"));
                    }
                }
                else if (!value.StartsWith("data:image/", StringComparison.Ordinal))
                {
                    errors.Add(new RigError(
                        path, id, "must refer to an element (#id) or hold its picture (data:image/…); outside files are not read"));
                }
            }

            foreach (var missing in References(element).Where(r => !_byId.ContainsKey(r)))
            {
                errors.Add(new RigError(path, id, $"uses url(#{missing}), which does not exist"));
            }
        }
    }

    private void ReadTargets(string path, List<RigError> errors)
    {
        if (!_byId.TryGetValue(TargetsId, out var targets))
        {
            errors.Add(new RigError(path, TargetsId, "there is no group with id 'targets' that holds the morph targets"));
            return;
        }

        foreach (var shape in targets.Descendants().Where(e => e.Attribute("id") is not null && e.Parent != targets))
        {
            var id = (string)shape.Attribute("id")!;
            var dot = id.LastIndexOf('.');
            if (dot <= 0 || dot == id.Length - 1)
            {
                errors.Add(new RigError(path, id, "the id of a morph target must be SHAPE.SIGNAL"));
                continue;
            }

            if (!_byId.TryGetValue(id[..dot], out var drawn) || drawn.Ancestors().Contains(targets))
            {
                errors.Add(new RigError(path, id, $"there is no shape '{id[..dot]}' to morph"));
                continue;
            }

            AddMorph(path, errors, shape, drawn, id[(dot + 1)..]);
        }

        // The morphs have been read; layers are written without their targets.
        targets.Remove();
    }

    private void AddMorph(string path, List<RigError> errors, XElement shape, XElement drawn, string signal)
    {
        var id = (string)shape.Attribute("id")!;
        foreach (var attribute in shape.Attributes()
            .Where(a => a.Name.LocalName is not "id" && !a.IsNamespaceDeclaration && a.Name.NamespaceName.Length == 0))
        {
            var rest = drawn.Attribute(attribute.Name);
            if (rest is null)
            {
                errors.Add(new RigError(path, id, $"changes '{attribute.Name}', which the shape '{(string?)drawn.Attribute("id")}' does not have"));
                continue;
            }

            var from = NumberText.Parse(rest.Value);
            var to = NumberText.Parse(attribute.Value);
            if (rest.Value == attribute.Value)
            {
                continue;
            }

            if (!from.IsAlike(to) || from.Numbers.Length == 0)
            {
                errors.Add(new RigError(path, id, $"its '{attribute.Name}' must have the same commands and as many numbers "
                    + $"({from.Numbers.Length}) as the shape's, but has {to.Numbers.Length}"));
                continue;
            }

            var key = (drawn, attribute.Name);
            if (!Morphs.TryGetValue(key, out var bySignal))
            {
                Morphs[key] = bySignal = new Dictionary<string, NumberText>(StringComparer.Ordinal);
            }

            bySignal[signal] = to;
            Targets.Add(signal);
        }
    }

    /// <summary>The ids an element's own attributes refer to by url(#…).</summary>
    public static IEnumerable<string> References(XElement element)
    {
        foreach (var attribute in element.Attributes())
        {
            var at = 0;
            while ((at = attribute.Value.IndexOf("url(#", at, StringComparison.Ordinal)) >= 0)
            {
                var end = attribute.Value.IndexOf(')', at);
                if (end < 0)
                {
                    break;
                }

                yield return attribute.Value[(at + 5)..end];
                at = end;
            }
        }
    }
}
