using AvatarGrains.Api.Dialects.OpenAvatarChat;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>Settings of the API backend's installations.</summary>
public sealed class AvatarChatSettingsTests
{
    [Fact]
    public void Variables_are_settings_of_this_server()
    {
        var variables = new Dictionary<string, string>
        {
            ["AVATARCHAT_HOST"] = "0.0.0.0", ["AVATARCHAT_PORT"] = "9000", ["AVATARCHAT_DEBUG"] = "true", ["AVATARCHAT_WORKERS"] = "4",
            ["AVATARCHAT_PIPELINE_CONFIG_PATH"] = "config/chat.yaml", ["AVATARCHAT_MAX_SESSIONS"] = "7", ["AVATARCHAT_SESSION_TIMEOUT"] = "90",
            ["AVATARCHAT_MAX_TEXT_LENGTH"] = "500", ["AVATARCHAT_PROCESSING_TIMEOUT"] = "15",
        };
        List<string> problems = [];

        var settings = AvatarChatEnvironment.Read(name => variables.GetValueOrDefault(name), problems);

        Assert.Empty(problems);
        Assert.Equal(
            [
                "Listen=*", "LogLevel=Debug", "OpenAvatarChat:MaxSessions=7", "OpenAvatarChat:MaxTextLength=500",
                "OpenAvatarChat:PipelineFile=config/chat.yaml", "OpenAvatarChat:ProcessingTimeout=00:00:15",
                "OpenAvatarChat:SessionTimeout=00:01:30", "Port=9000",
            ],
            settings.Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_variable_that_is_no_number_is_told()
    {
        List<string> problems = [];
        AvatarChatEnvironment.Read(name => name == "AVATARCHAT_PORT" ? "-1" : null, problems);
        Assert.Equal("AVATARCHAT_PORT is '-1'; it must be a whole number.", Assert.Single(problems));
    }

    [Fact]
    public void Stages_of_a_pipeline_are_engines_here()
    {
        var (settings, problems) = Read("""
            default:
              service:
                host: "0.0.0.0"
                port: 8282
              chat_engine:
                handler_configs:
                  RtcClient:
                    module: client/rtc_client/client_handler_rtc
                    concurrent_limit: 2
                  SileroVad:
                    speaking_threshold: 0.5
                  FasterWhisper:
                    language: pl
                  LLMOpenAICompatible:
                    model_name: qwen
                    system_prompt: "Mów po polsku."
                    api_url: http://localhost:11434/v1
                    api_key: secret
                  PiperTTS:
                    model_path: models/piper/gosia.onnx
                  LiteAvatar:
                    fps: 25
                  Tango:
                    enabled: false
            """);

        Assert.Empty(problems);
        Assert.Equal(
            [
                "Engines:DefaultModel=pipeline", "Engines:Llm:0:ApiKey=secret", "Engines:Llm:0:BaseUrl=http://localhost:11434/v1",
                "Engines:Llm:0:Model=qwen", "Engines:Llm:0:Name=pipeline", "Listen=*", "OpenAvatarChat:ConcurrentLimit=2",
                "OpenAvatarChat:Language=pl", "OpenAvatarChat:SystemPrompt=Mów po polsku.", "Port=8282",
            ],
            settings.Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("asr: {name: tango}", "line 1: there is nothing here for the stage tango")]
    [InlineData("default: {chat_engine: {handler_configs: {Tango: {}}}}", "line 1: there is nothing here for the stage Tango")]
    [InlineData("a: [1", "this is not valid YAML")]
    [InlineData("5", "this is not a pipeline")]
    public void What_is_wrong_with_a_pipeline_is_told(string yaml, string problem) =>
        Assert.Contains(problem, Assert.Single(Read(yaml).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_pipeline_that_is_not_there_is_told()
    {
        List<string> problems = [];
        AvatarChatPipeline.Read(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), problems);
        Assert.Contains("cannot be read", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static (IReadOnlyDictionary<string, string?> Settings, List<string> Problems) Read(string yaml)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, yaml);
            List<string> problems = [];
            return (AvatarChatPipeline.Read(file, problems), problems);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
