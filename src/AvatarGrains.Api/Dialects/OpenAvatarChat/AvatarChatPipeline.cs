using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>
/// Reads a pipeline file: <c>default.chat_engine.handler_configs</c>, or <c>vad</c>, <c>asr</c>, <c>llm</c>, <c>tts</c> and <c>avatar</c> with a
/// <c>name</c> each. A stage means the nearest engine of this server; one that it does not know is a mistake.
/// </summary>
public static class AvatarChatPipeline
{
    private const string Model = "pipeline";

    private static readonly Dictionary<string, string> Stages = new()
    {
        ["silerovad"] = "vad",
        ["fasterwhisper"] = "asr",
        ["openaiwhisper"] = "asr",
        ["sensevoice"] = "asr",
        ["llmopenai"] = "llm",
        ["llmopenaicompatible"] = "llm",
        ["openaicompatible"] = "llm",
        ["openai"] = "llm",
        ["llmbailian"] = "llm",
        ["ollama"] = "llm",
        ["pipertts"] = "tts",
        ["piper"] = "tts",
        ["edgetts"] = "tts",
        ["cosyvoice"] = "tts",
        ["liteavatar"] = "avatar",
        ["musetalk"] = "avatar",
        ["rtcclient"] = "client",
    };

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path, also for the messages.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <returns>Settings by the names of this server.</returns>
    public static IReadOnlyDictionary<string, string?> Read(string file, ICollection<string> problems)
    {
        var settings = new Dictionary<string, string?>();
        try
        {
            using var text = File.OpenText(file);
            var yaml = new YamlStream();
            yaml.Load(text);
            if (yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root)
            {
                Read(file, root, settings, problems);
            }
            else
            {
                problems.Add($"{file}: this is not a pipeline.");
            }
        }
        catch (YamlException wrong)
        {
            problems.Add($"{file}, line {wrong.Start.Line}: this is not valid YAML. {wrong.Message}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The pipeline file {file} cannot be read: {wrong.Message}");
        }

        return settings;
    }

    private static void Read(string file, YamlMappingNode root, Dictionary<string, string?> settings, ICollection<string> problems)
    {
        var main = Map(root, "default") ?? root;
        Set(settings, "Listen", Text(Map(main, "service"), "host") is "0.0.0.0" ? "*" : Text(Map(main, "service"), "host"));
        Set(settings, "Port", Text(Map(main, "service"), "port"));
        var handlers = Map(Map(main, "chat_engine"), "handler_configs");
        foreach (var (key, value) in handlers ?? main)
        {
            if (value is not YamlMappingNode stage || (handlers is null && Text(stage, "name") is null)
                || Text(stage, "enabled")?.Equals("false", StringComparison.OrdinalIgnoreCase) == true)
            {
                continue;
            }

            var name = handlers is null ? Text(stage, "name")! : ((YamlScalarNode)key).Value ?? "";
            if (Stages.TryGetValue(string.Concat(name.Where(char.IsLetter)).ToLowerInvariant(), out var kind))
            {
                Apply(kind, stage, settings);
            }
            else
            {
                problems.Add(
                    $"{file}, line {key.Start.Line}: there is nothing here for the stage {name}; "
                    + "there is for SileroVAD, FasterWhisper, OpenAI compatible, PiperTTS and LiteAvatar, among others.");
            }
        }
    }

    private static void Apply(string kind, YamlMappingNode stage, Dictionary<string, string?> settings)
    {
        switch (kind)
        {
            case "asr":
                Set(settings, "OpenAvatarChat:Language", Text(stage, "language"));
                break;
            case "llm":
                Set(settings, "OpenAvatarChat:SystemPrompt", Text(stage, "system_prompt"));
                if ((Text(stage, "api_url") ?? Text(stage, "api_base") ?? Text(stage, "base_url")) is { } url)
                {
                    settings["Engines:DefaultModel"] = settings["Engines:Llm:0:Name"] = Model;
                    settings["Engines:Llm:0:BaseUrl"] = url;
                    Set(settings, "Engines:Llm:0:Model", Text(stage, "model_name") ?? Text(stage, "model"));
                    Set(settings, "Engines:Llm:0:ApiKey", Text(stage, "api_key"));
                }

                break;
            case "client":
                Set(settings, "OpenAvatarChat:ConcurrentLimit", Text(stage, "concurrent_limit"));
                break;
        }
    }

    private static void Set(Dictionary<string, string?> settings, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            settings[name] = value;
        }
    }

    private static YamlMappingNode? Map(YamlMappingNode? parent, string name) => Child(parent, name) as YamlMappingNode;

    private static string? Text(YamlMappingNode? parent, string name) => (Child(parent, name) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlMappingNode? parent, string name) =>
        parent is not null && parent.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;
}
