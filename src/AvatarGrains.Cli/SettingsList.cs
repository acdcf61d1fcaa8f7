using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Client.Rest;
using Spectre.Console;

namespace AvatarGrains.Cli;

/// <summary>Prints the lists of settings: tables for people, tab-separated lines for pipes, or JSON as the server sent it.</summary>
/// <param name="client">The server.</param>
/// <param name="output">Where lines and JSON go.</param>
/// <param name="tables">Where tables go, or null to print lines.</param>
internal sealed class SettingsList(PersoClient client, TextWriter output, IAnsiConsole? tables)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task PrintAsync(IReadOnlyList<PersoSettingKind> kinds, bool json, CancellationToken cancellationToken)
    {
        var all = new JsonObject();
        foreach (var kind in kinds)
        {
            var list = await ListAsync(kind, kinds.Count > 1, cancellationToken);
            if (list is null)
            {
                continue;
            }

            if (json)
            {
                all[SettingNames.Name(kind)] = new JsonArray([.. list.Select(one => JsonNode.Parse(one.Raw.GetRawText()))]);
            }
            else if (tables is not null)
            {
                Table(tables, kind, list);
            }
            else
            {
                Lines(kinds.Count > 1 ? SettingNames.Name(kind) + "\t" : "", list);
            }
        }

        if (json)
        {
            var value = kinds.Count == 1 ? all[SettingNames.Name(kinds[0])]! : all;
            await output.WriteLineAsync(value.ToJsonString(Readable));
        }
    }

    private static void Table(IAnsiConsole console, PersoSettingKind kind, IReadOnlyList<PersoSetting> list)
    {
        console.MarkupLine($"[bold teal]{SettingNames.Title(kind)}[/] [grey]{SettingNames.Name(kind)}[/]");
        if (list.Count == 0)
        {
            console.MarkupLine("[grey]  the server offers none[/]\n");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("Name").NoWrap());
        table.AddColumn("Title");
        table.AddColumn("Description");
        foreach (var one in list)
        {
            table.AddRow(
                new Text(One(one.Id)), new Text(one.Title == one.Id ? "" : One(one.Title)), new Text(One(one.Description), new Style(Color.Grey)));
        }

        console.Write(table);
    }

    private static string One(string text) => ReplyJoiner.Clean(text).Replace('\n', ' ');

    private void Lines(string before, IReadOnlyList<PersoSetting> list)
    {
        foreach (var one in list)
        {
            output.WriteLine($"{before}{One(one.Id)}\t{One(one.Title)}\t{One(one.Description)}");
        }
    }

    // Among several lists, one that the server does not have is left out.
    private async Task<IReadOnlyList<PersoSetting>?> ListAsync(PersoSettingKind kind, bool optional, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ListAsync(kind, cancellationToken);
        }
        catch (PersoClientException error) when (optional && error is { Fault: PersoFault.Refused, Status: 404 })
        {
            return null;
        }
    }
}
