using System.Globalization;
using System.Text;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>Files a person might have.</summary>
internal static class Samples
{
    /// <summary>A document that says one thing, of the kind its name says: text, Markdown or PDF.</summary>
    public static byte[] Document(string name, string sentence) => Path.GetExtension(name) switch
    {
        ".pdf" => Pdf(sentence),
        ".md" => Encoding.UTF8.GetBytes($"# Notes\n\n{sentence}\n"),
        _ => Encoding.UTF8.GetBytes(sentence),
    };

    /// <summary>A settings file in a folder that the system clears.</summary>
    public static string Config(string json)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("avatar-config-").FullName, "settings.json");
        File.WriteAllText(file, json);
        return file;
    }

    // The least a PDF may have (ISO 32000-1, annex H.3).
    private static byte[] Pdf(string sentence)
    {
        var text = $"BT /F1 12 Tf 72 720 Td ({sentence}) Tj ET";
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {text.Length} >>\nstream\n{text}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        for (var at = 0; at < objects.Length; at++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Length:D10} 00000 n \n");
            file.Append(CultureInfo.InvariantCulture, $"{at + 1} 0 obj\n{objects[at]}\nendobj\n");
        }

        var start = file.Length;
        file.Append(table)
            .Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }
}
