using System.Text;
using Actions.Shared;
using Actions.Shared.Plans;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed class PlanReaderSpecs
{
    private const string Smallest = """{"format_version":"1.2","resource_changes":[{"address":"a.é","type":"a","name":"é","change":{"actions":["create"]}}]}""";

    public static TheoryData<string> Encodings => ["utf-8", "utf-8 with mark", "utf-16 with mark", "utf-16", "utf-16 big endian with mark", "utf-16 big endian"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_encoding_that_a_shell_redirects_into_is_read(string name)
    {
        var (encoding, mark) = name switch
        {
            "utf-8" => (new UTF8Encoding(false), false),
            "utf-8 with mark" => (new UTF8Encoding(true), true),
            "utf-16 with mark" => (Encoding.Unicode, true),
            "utf-16" => (Encoding.Unicode, false),
            "utf-16 big endian with mark" => (Encoding.BigEndianUnicode, true),
            _ => ((Encoding)Encoding.BigEndianUnicode, false),
        };
        using var stream = new MemoryStream([.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Smallest)]);

        PlanReader.Read(stream).Changes.ShouldHaveSingleItem().Address.ShouldBe("a.é");
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("PK\u0003\u0004", "it is the saved plan itself")]
    [InlineData("{\"@level\":\"info\"}\n{\"@level\":\"info\"}", "these are the messages of \"plan -json\"")]
    [InlineData("{\"@level\":\"info\"}", "these are the messages of \"plan -json\"")]
    [InlineData("{\"format_version\":\"2.0\"}", "its format version is 2.0, and only versions 0 and 1 are known")]
    [InlineData("{\"format_version\":\"1.0\",\"values\":{\"root_module\":{}}}", "it is a state, not a plan")]
    [InlineData("{}", "it has no \"format_version\"")]
    [InlineData("Terraform will perform …", "it is not JSON, or nested deeper than 256 levels, at line 1, byte 1")]
    [InlineData("{\"format_version\":\"1.2\"} trailing", "it is not JSON, or nested deeper than 256 levels, at line 1, byte 26")]
    [InlineData("{\"format_version\":\"1.2\",\"resource_changes\":{}}", "it is JSON, but a part of it has another type than a plan has")]
    [InlineData("[]", "it is JSON, but a part of it has another type than a plan has")]
    public void What_is_not_a_plan_is_refused_with_what_it_is(string text, string detail)
    {
        var error = Should.Throw<ActionException>(() => Recording.Read(text));

        error.Title.ShouldBe("plan.json is not a plan that can be read");
        error.Detail.ShouldBe(detail);
        error.Hint.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("0.2")]
    [InlineData("1.0")]
    [InlineData("1.99")]
    public void Every_minor_version_is_read(string version) => Recording.Read(Smallest.Replace("1.2", version, StringComparison.Ordinal)).Changes.Count.ShouldBe(1);

    [Fact]
    public void A_plan_that_is_too_large_is_not_read_to_its_end()
    {
        using var endless = new Endless();

        Should.Throw<ActionException>(() => PlanReader.Read(endless, maxBytes: 1 << 20)).Detail.ShouldBe("it is larger than 1 MiB");
        endless.Given.ShouldBeLessThan(3 << 20);
    }

    [Fact]
    public void A_plan_that_is_too_deep_is_refused() =>
        Should.Throw<ActionException>(() => Recording.Read(Smallest[..^1] + ",\"x\":" + new string('[', 300) + new string(']', 300) + "}"))
            .Detail.ShouldStartWith("it is not JSON, or nested deeper than 256 levels");

    [Fact]
    public void Errors_never_quote_values()
    {
        var text = Recording.Text("sensitive");

        for (var cut = 2; cut < text.Length; cut += 7)
        {
            var error = Should.Throw<ActionException>(() => Recording.Read(text[..^cut]));
            (error.Title + error.Detail + error.Hint + error.InnerException).ShouldNotContain("canary");
        }
    }

    [Fact]
    public void A_plan_shows_nothing_of_its_values_by_accident() =>
        string.Join(' ', Recording.Plan("sensitive").Changes.Select(c => c.ToString()).Concat(Recording.Plan("sensitive").Outputs.Select(o => o.ToString()))).ShouldNotContain("canary");

    [Theory]
    [InlineData("no-change", true, true)]
    [InlineData("targeted", false, true)]
    public void What_the_plan_says_of_itself_is_kept(string recording, bool complete, bool sound)
    {
        var plan = Recording.Plan(recording);

        (plan.IsComplete, !plan.IsErrored).ShouldBe((complete, sound));
        plan.ToolVersion.ShouldNotBeEmpty();
    }

    // Fact 6: a plan that failed is written all the same.
    [Fact]
    public void A_plan_that_failed_says_so()
    {
        var plan = Recording.Plan("errored");

        (plan.IsErrored, plan.IsApplyable, plan.Changes.Count(c => c.IsChange)).ShouldBe((true, false, 1));
    }

    [Fact]
    public void Values_say_why_an_object_is_replaced()
    {
        var change = Recording.Plan("replace").Changes.ShouldHaveSingleItem();

        change.ReplacePaths.ShouldHaveSingleItem().ToString().ShouldBe("triggers_replace");
        change.ActionReason.ShouldBe("replace_because_cannot_update");
        ChangeCause.Of(change).ShouldBe("because triggers_replace cannot be changed in place");
    }

    [Theory]
    [InlineData("module.a[\"x.y\"].t.n[\"k\"]", "\"k\"", "module.a[\"x.y\"].t.n")]
    [InlineData("t.n[3]", "3", "t.n")]
    [InlineData("t.n", "", "t.n")]
    public void The_address_of_the_resource_is_that_of_its_instances_without_the_index(string address, string index, string expected) =>
        new ResourceChange { Address = address, Index = index }.ResourceAddress.ShouldBe(expected);

    /// <summary>Blanks for ever.</summary>
    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
