using Actions.Shared.GitHub;

namespace Actions.Shared.Tests.GitHub;

public sealed class SecretMasksSpecs
{
    [Fact]
    public void A_secret_of_several_lines_is_masked_line_by_line_without_its_short_lines() =>
        new SecretMasks().Add("{\r\n  \"key\": \"value-1\"\r}\n\nabc\nabcd\n  abcd  ").ShouldBe(["\"key\": \"value-1\"", "abcd"]);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a")]
    [InlineData("abc\n{\n}")]
    public void What_would_blank_out_the_log_is_not_masked(string value)
    {
        var masks = new SecretMasks();

        masks.Add(value).ShouldBeEmpty();
        masks.Redact("a b c { } abc").ShouldBe("a b c { } abc");
    }

    [Fact]
    public void A_line_is_announced_once()
    {
        var masks = new SecretMasks();
        masks.Add("secret-1");

        masks.Add("secret-1\nsecret-2").ShouldBe(["secret-2"]);
    }

    [Fact]
    public void The_longest_secret_is_replaced_first()
    {
        var masks = new SecretMasks();
        masks.Add("pass");
        masks.Add("password");

        masks.Redact("password pass").ShouldBe("*** ***");
    }

    [Fact]
    public void A_mask_is_escaped()
    {
        using var writer = new StringWriter();
        using (var commands = new WorkflowCommands(writer))
            commands.AddMask("50%:a,b");

        RunnerModel.Commands(writer.ToString()).ShouldHaveSingleItem().Data.ShouldBe("50%:a,b");
        writer.ToString().ShouldBe("::add-mask::50%25:a,b\n");
    }
}
