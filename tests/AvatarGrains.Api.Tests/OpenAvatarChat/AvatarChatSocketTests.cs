using System.Net.WebSockets;
using System.Text.Json;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>The session socket of the API backend.</summary>
public sealed class AvatarChatSocketTests
{
    [Fact]
    public async Task Questions_are_answered_one_after_the_other()
    {
        await using var server = await AvatarChatServer.StartAsync();
        var id = await AvatarChatServer.SessionAsync(server);
        await using var client = await ConnectAsync(server, id);
        Assert.Equal(id, (await NextAsync(client, "connection_established")).GetProperty("session_id").GetString());

        await client.SendAsync("""{"type":"text_message","text":" Ab "}""");
        await client.SendAsync($$"""{"type":"audio_chunk","audio_data":"{{Convert.ToBase64String(new byte[3200])}}"}""");
        await client.SendAsync("""{"type":"config_update","config":{"asr_config":{"language":"en"},"other":{"x":1}}}""");
        await client.SendAsync("""{"type":"ping"}""");

        await NextAsync(client, "processing_started");
        var text = await NextAsync(client, "text_processed");
        await NextAsync(client, "processing_started");
        var audio = await NextAsync(client, "audio_processed");
        var config = await NextAsync(client, "config_updated");
        await NextAsync(client, "pong");
        Assert.Equal(["type", "input_text", "response_text", "audio_data", "video_frames", "processing_time", "timestamp"], Names(text));
        Assert.Equal("Ab", text.GetProperty("input_text").GetString());
        Assert.Equal("You said Ab.", text.GetProperty("response_text").GetString());
        Assert.Equal(text.GetProperty("video_frames").GetArrayLength() * 960 * 2, text.GetProperty("audio_data").GetBytesFromBase64().Length);
        Assert.Equal(["type", "transcribed_text", "response_text", "audio_data", "video_frames", "processing_time", "timestamp"], Names(audio));
        Assert.Equal("hello", audio.GetProperty("transcribed_text").GetString());
        Assert.Equal("Configuration updated successfully", config.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("""{"type":"dance"}""", "unknown_message_type", "Unknown message type")]
    [InlineData("{}", "unknown_message_type", "Unknown message type")]
    [InlineData("""{"type":["ping"]}""", "unknown_message_type", "Unknown message type")]
    [InlineData("""{"type":"text_message"}""", "missing_text", "Text is required")]
    [InlineData("""{"type":"text_message","text":"  "}""", "missing_text", "Text is required")]
    [InlineData("""{"type":"text_message","text":5}""", "text_processing_error", "Text must be a string")]
    [InlineData("""{"type":"text_message","text":"123456789"}""", "text_processing_error", "Text may have 8 characters")]
    [InlineData("""{"type":"audio_chunk"}""", "missing_audio_data", "Audio data is required")]
    [InlineData("""{"type":"audio_chunk","audio_data":""}""", "missing_audio_data", "Audio data is required")]
    [InlineData("""{"type":"audio_chunk","audio_data":null}""", "missing_audio_data", "Audio data is required")]
    [InlineData("""{"type":"audio_chunk","audio_data":"a b!"}""", "invalid_audio_data", "Invalid base64 audio data")]
    [InlineData("""{"type":"audio_chunk","audio_data":[1]}""", "invalid_audio_data", "Invalid base64 audio data")]
    [InlineData("""{"type":"config_update"}""", "config_update_error", "config must be an object")]
    [InlineData("""{"type":"config_update","config":[]}""", "config_update_error", "config must be an object")]
    [InlineData("""{"type":"config_update","config":{"tts_config":{"voice":"nobody"}}}""", "config_update_failed", "Failed to update configuration")]
    [InlineData("not JSON", "processing_error", "A message must be JSON")]
    [InlineData("[1]", "processing_error", "A message must be a JSON object")]
    public async Task Bad_messages_are_answered_and_the_socket_goes_on(string message, string error, string words)
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { MaxTextLength = 8 });
        await using var client = await ConnectAsync(server, await AvatarChatServer.SessionAsync(server));
        await NextAsync(client, "connection_established");

        await client.SendAsync(message);
        await AssertErrorAsync(client, error, words);

        await client.SendAsync("""{"type":"ping"}""");
        await NextAsync(client, "pong");
    }

    [Fact]
    public async Task Samples_with_half_a_sample_are_refused()
    {
        await using var server = await AvatarChatServer.StartAsync();
        await using var client = await ConnectAsync(server, await AvatarChatServer.SessionAsync(server));
        await NextAsync(client, "connection_established");

        await client.SendAsync("""{"type":"audio_chunk","audio_data":"AAAA"}""");
        await NextAsync(client, "processing_started");
        await AssertErrorAsync(client, "audio_processing_error", "audio must be 16-bit samples; it has an odd number of bytes.");
    }

    [Fact]
    public async Task Large_and_binary_messages_are_refused()
    {
        await using var server = await AvatarChatServer.StartAsync(options: new OpenAvatarChatOptions { MaxMessageBytes = 1 << 20 });
        await using var client = await ConnectAsync(server, await AvatarChatServer.SessionAsync(server));
        await NextAsync(client, "connection_established");

        await client.SendAsync($$"""{"type":"audio_chunk","audio_data":"{{new string('A', 10 << 20)}}"}""");
        await AssertErrorAsync(client, "processing_error", "A message may have 1048576 bytes");
        await client.SendBinaryAsync([1, 2, 3]);
        await AssertErrorAsync(client, "processing_error", "A message must be text");
    }

    [Fact]
    public async Task A_failing_model_is_an_error_message()
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Answer = (_, _) => throw new EngineException(EngineFault.Unavailable, "The model is not there.");
        await using var server = await AvatarChatServer.StartAsync(fixture);
        await using var client = await ConnectAsync(server, await AvatarChatServer.SessionAsync(server));
        await NextAsync(client, "connection_established");

        await client.SendAsync("""{"type":"text_message","text":"hi"}""");
        await NextAsync(client, "processing_started");
        var error = await NextAsync(client, "error");
        Assert.Equal("text_processing_error", error.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_socket_of_an_unknown_session_is_refused_before_it_is_accepted()
    {
        await using var server = await AvatarChatServer.StartAsync();
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, "nobody"));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_socket_replaces_the_first()
    {
        await using var server = await AvatarChatServer.StartAsync();
        var id = await AvatarChatServer.SessionAsync(server);
        await using var first = await ConnectAsync(server, id);
        await NextAsync(first, "connection_established");
        await first.SendAsync("""{"type":"ping"}""");
        await NextAsync(first, "pong");

        await using var second = await ConnectAsync(server, id);
        await NextAsync(second, "connection_established");

        Assert.Null(await first.ReadAsync());
        await second.SendAsync("""{"type":"ping"}""");
        await NextAsync(second, "pong");
    }

    private static Task<SocketClient> ConnectAsync(PersoServer server, string id) =>
        SocketClient.ConnectToAsync(server, $"/api/v1/sessions/{id}/ws");

    private static async Task<JsonElement> NextAsync(SocketClient client, string type)
    {
        var message = await client.ReadAsync();
        Assert.NotNull(message);
        Assert.Equal(type, message.Value.GetProperty("type").GetString());
        return message.Value;
    }

    private static async Task AssertErrorAsync(SocketClient client, string error, string words)
    {
        var message = await NextAsync(client, "error");
        Assert.Equal(["type", "error", "message", "timestamp"], Names(message));
        Assert.Equal(error, message.GetProperty("error").GetString());
        Assert.Equal(words, message.GetProperty("message").GetString());
    }

    private static string[] Names(JsonElement message) => [.. message.EnumerateObject().Select(one => one.Name)];
}
