using Actions.Shared.GitHub;

namespace GitHub.Tests;

public sealed class MentionSpecs
{
    [Theory]
    [InlineData("@octocat and (@octo-org/team)", "@_octocat and (@_octo-org/team)")]
    [InlineData("fixes #12, octo/shop#13", "fixes #_12, octo/shop#_13")]
    [InlineData(@"\#12", @"\#_12")]
    [InlineData("mail@example.com, a@b, web@sha256:0", "mail@example.com, a@b, web@sha256:0")]
    [InlineData("a&#124;b # 1 #x @ x", "a&#124;b # 1 #x @ x")]
    [InlineData("`@octocat #12` @octocat", "`@octocat #12` @_octocat")]
    [InlineData("``a ` @octocat`` @x", "``a ` @octocat`` @_x")]
    [InlineData("` open @octocat", "` open @_octocat")]
    [InlineData("```\n@octocat\n```\n@octocat", "```\n@octocat\n```\n@_octocat")]
    [InlineData("````\n```\n@octocat\n````", "````\n```\n@octocat\n````")]
    [InlineData("~~~ yaml\n@octocat\n```\n@octocat\n~~~\n@x", "~~~ yaml\n@octocat\n```\n@octocat\n~~~\n@_x")]
    [InlineData("[a](https://github.com/o/r/blob/main/f#L12)", "[a](https://github.com/o/r/blob/main/f#L12)")]
    [InlineData("@", "@")]
    [InlineData("", "")]
    public void A_comment_calls_nobody(string markdown, string expected)
    {
        var broken = Mentions.Break(markdown);
        broken.Replace('\u200B', '_').ShouldBe(expected);
        Mentions.Break(broken).ShouldBe(broken);
    }
}
